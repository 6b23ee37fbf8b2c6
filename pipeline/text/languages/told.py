"""Common words of languages that are told from others, but of which nothing else is known.

They are there so that a Portuguese article is not taken for Spanish, nor a Danish one for German; and to name them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pipeline.text.languages.language import forms

FUNCTION_WORDS: Final[Mapping[str, frozenset[str]]] = {
    "it": forms(
        """il lo la i gli le un uno una di del dello della dei degli delle a al alla alle ai da dal dalla in nel nella
        nei con su sul sulla per tra fra e ed o ma che chi cui non si è sono era erano stato stata ha hanno anche come
        più dopo questo questa quello loro suo sua così perché quando dove ancora già"""
    ),
    "pt": forms(
        """o a os as um uma uns umas de do da dos das em no na nos nas por pelo pela pelos pelas para com sem sob sobre
        e ou mas que quem não se é são era foi foram ser está estão tem têm ao aos à às seu sua seus suas ele ela eles
        mais também já até após como quando onde muito isso este esta entre segundo depois"""
    ),
    "nl": forms(
        """de het een van en in op te dat die is was zijn waren werd werden wordt worden met voor aan niet ook door om
        er naar bij als maar over uit tot nog heeft hebben had zich hij zij ze we dan meer geen deze dit na onder
        volgens tegen wel of"""
    ),
    "sv": forms(
        """och i att det som en på är av för med till den har de inte om ett han men var sig från vi så kan när år
        också efter eller vid under hade ska blev mot man ut enligt sin sina"""
    ),
    "da": forms(
        """og i at det som en på er af for med til den har de ikke om et han men var sig fra vi så kan når også efter
        eller ved under havde skal blev mod man ud ifølge sin sine jeg være"""
    ),
    "no": forms(
        """og i at det som en på er av for med til den har de ikke om et han men var seg fra vi så kan når også etter
        eller ved under hadde skal ble mot man ut ifølge sin sine jeg være ei"""
    ),
    "fi": forms(
        """ja on ei että se oli ovat hän joka myös mutta kun ole olivat sen kuin mukaan jo tai jos niin ne tämä tämän
        ollut sekä hänen sitä vielä jotka mitä kanssa jälkeen noin olla ovat eivät"""
    ),
    "pl": forms(
        """i w z na do się nie to że jest o po od za przez dla jak co ale oraz był była było były są ze we który która
        które także też już po jego jej ich przy czy tym tego będzie został została"""
    ),
    "cs": forms(
        """a v na se je že z do o s to i k za po ve by byl byla bylo byli jsou také ale jako podle který která které
        při od pro již jeho jejich už ze jsem nebo není tak"""
    ),
    "hu": forms(
        """a az és hogy nem is egy volt meg van csak mint de ez azt el már még ki vagy szerint után voltak ezt lesz
        majd között pedig amely aki ami sem"""
    ),
    "ro": forms(
        """și de în a la cu pe că nu o un din este au pentru mai care să se prin ce sau după fost fi sunt lui ale al
        dar fost era către dintre acest această lor"""
    ),
    "tr": forms(
        """ve bir bu da de için ile olarak daha çok olan gibi en ancak sonra kadar ise ne o var göre ya değil her oldu
        olduğunu dedi ama veya"""
    ),
    "id": forms(
        """yang dan di dari ini untuk dengan pada itu tidak dalam adalah ke akan juga oleh telah mereka sebagai karena
        kepada bahwa tersebut ada bisa para kami atau setelah"""
    ),
    "ca": forms(
        """el la els les de del dels i a al als en un una amb per que es ha han no és són va van també més però com
        aquest aquesta seva seu seus hi ho ser sobre entre fins després molt"""
    ),
    "vi": forms("và của là có được cho các trong đã với một những người không này khi đến để từ ở về"),
    "hr": forms("i u je na se da su za od s sa o koji koja koje kao što ne iz nije bio bila nakon ali te ili će"),
}
"""By code: closed-class words as they are written, small letters."""
